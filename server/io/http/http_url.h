// The URL of a request or redirect, as it may be fetched.
#ifndef POSTERN_SERVER_IO_HTTP_HTTP_URL_H_
#define POSTERN_SERVER_IO_HTTP_HTTP_URL_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"

namespace postern {

// HttpUrl is a URL that may be asked for, in the form that it is asked in.
struct HttpUrl {
  std::string text;       // without a fragment; numbers for hosts in their usual form
  std::string responder;  // "host:port", lower case, the port always there
  bool https = false;
};

// CheckHttpUrl takes a URL apart and holds it against the options: scheme, length, host,
// port, no credentials, and the address if the host is one. On failure *failure says kBadUrl
// or kBlockedAddress, with what is wrong. A name's addresses are seen only at the connection.
bool CheckHttpUrl(absl::string_view text, const HttpFetcherOptions& options, HttpUrl* url,
                  FetchResult* failure);

// PrintableUrl cuts foreign text to a length that a message can carry, with '?' for what is
// not printable ASCII.
std::string PrintableUrl(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_HTTP_URL_H_
