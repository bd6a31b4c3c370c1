// The release, of server, client and command line alike.
#ifndef POSTERN_VERSION_H_
#define POSTERN_VERSION_H_

namespace postern {

// kVersion is as CHANGELOG.md names it.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace postern

#endif  // POSTERN_VERSION_H_
