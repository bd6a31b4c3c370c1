"""Headers under the name that they are installed by."""

def staged_headers(name, hdrs, visibility, deps):
    """A cc_library of hdrs as postern/X.h, for what they are here, client/X.h.

    What is built against it is built as against an installed prefix. Its files
    are include/postern/X.h.

    Args:
      name: the cc_library.
      hdrs: headers of //client and of packages below it.
      visibility: as everywhere.
      deps: the libraries whose headers these are.
    """
    outs = []
    for hdr in hdrs:
        path = hdr.replace("//client/", "").replace(":", "/")
        out = "include/postern/" + path
        native.genrule(
            name = name + "_" + path.replace("/", "_"),
            srcs = [hdr],
            outs = [out],
            cmd = "sed 's,#include \"client/,#include \"postern/,' $< > $@",
        )
        outs.append(out)
    native.cc_library(
        name = name + "_library",
        hdrs = outs,
        includes = ["include"],
        visibility = visibility,
        deps = deps,
    )
    native.filegroup(
        name = name,
        srcs = outs,
        visibility = visibility,
    )
