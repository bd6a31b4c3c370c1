"""Fuzz targets that are ordinary tests of their corpus as well."""

def cc_fuzz_test(name, srcs, corpus, deps = [], size = "small", tags = []):
    """A target that defines LLVMFuzzerTestOneInput.

    `bazel test` runs it over each file of the corpus, one test a file. With
    --config=fuzz it is linked with libFuzzer instead, so that it looks for more:

        bazel run --config=fuzz //tests/fuzz:NAME -- NEW_INPUTS_FOLDER -max_total_time=600

    Args:
      name: the cc_test.
      srcs: where LLVMFuzzerTestOneInput is.
      corpus: a folder of this package with inputs, one a file, at least one.
      deps: of the sources.
      size: as everywhere.
      tags: as everywhere.
    """
    folder = native.package_name() + "/" + corpus
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs,
        args = select({
            # After the arguments of the command line, which name a folder to write to.
            "//bazel:fuzz": [],
            "//conditions:default": [folder],
        }),
        data = native.glob([corpus + "/*"]),
        linkopts = select({
            "//bazel:fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        tags = tags + ["fuzz"],
        deps = deps + select({
            "//bazel:fuzz": [],
            "//conditions:default": ["//tests/fuzz:corpus_main"],
        }),
    )
