// The version of the client library and of posternctl.
#ifndef POSTERN_CLIENT_VERSION_H_
#define POSTERN_CLIENT_VERSION_H_

namespace postern {

// kClientVersion is a semantic version, without a "v".
inline constexpr char kClientVersion[] = "0.1.0";

}  // namespace postern

#endif  // POSTERN_CLIENT_VERSION_H_
