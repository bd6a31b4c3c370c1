"""C++ and gRPC code from .proto files, with Debian's protoc and gRPC plugin."""

def cc_grpc_library(name, srcs, visibility = None):
    """Generates and compiles messages and services.

    Args:
      name: the cc_library.
      srcs: .proto files of this package; their imports are resolved from it.
      visibility: as everywhere.
    """
    outs = []
    for suffix in (".pb.h", ".pb.cc", ".grpc.pb.h", ".grpc.pb.cc"):
        outs += [src[:-len(".proto")] + suffix for src in srcs]
    native.genrule(
        name = name + "_gen",
        srcs = srcs,
        outs = outs,
        cmd = ("protoc -I " + native.package_name() + " --cpp_out=$(RULEDIR)" +
               " --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin" +
               " --grpc_out=$(RULEDIR) $(SRCS)"),
    )
    native.cc_library(
        name = name,
        srcs = [out for out in outs if out.endswith(".cc")],
        hdrs = [out for out in outs if out.endswith(".h")],
        copts = ["-w"],
        includes = ["."],
        visibility = visibility,
        deps = [
            "//bazel/system:grpc",
            "//bazel/system:protobuf",
        ],
    )
