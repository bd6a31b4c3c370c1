"""One archive of a library and all of ours that it needs."""

def _static_library_impl(ctx):
    archives = []
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in linker_input.libraries:
                # Position independent: Debian's compilers make PIE executables.
                archive = library.pic_static_library or library.static_library
                if archive and archive not in archives:
                    archives.append(archive)
    out = ctx.actions.declare_file("lib" + ctx.label.name + ".a")
    script = ["CREATE " + out.path]
    script += ["ADDLIB " + archive.path for archive in archives]
    script += ["SAVE", "END"]
    ctx.actions.run_shell(
        inputs = archives,
        outputs = [out],
        command = "ar -M <<'EOF' && ranlib {out}\n{script}\nEOF".format(
            out = out.path,
            script = "\n".join(script),
        ),
        mnemonic = "MergeArchives",
    )
    return [DefaultInfo(files = depset([out]))]

static_library = rule(
    doc = "Merges the archives of deps and of what they depend on into lib{name}.a; " +
          "system libraries stay outside.",
    implementation = _static_library_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
    },
)
