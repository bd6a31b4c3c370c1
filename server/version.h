#ifndef POSTERN_SERVER_VERSION_H_
#define POSTERN_SERVER_VERSION_H_

namespace postern {

// kVersion is the release, as CHANGELOG.md names it.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace postern

#endif  // POSTERN_SERVER_VERSION_H_
