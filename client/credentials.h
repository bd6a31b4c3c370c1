// TLS for the channel, from PEM files that may be replaced while it lives.
#ifndef POSTERN_CLIENT_CREDENTIALS_H_
#define POSTERN_CLIENT_CREDENTIALS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/options.h"
#include "grpcpp/security/credentials.h"

namespace postern {

// CheckTlsFiles reads the files once, so that a mistake is found where it was
// made and not as a failed handshake. Fails with FAILED_PRECONDITION, naming the
// file, if one cannot be read, holds no PEM of its kind, or the key is not the
// certificate's.
absl::Status CheckTlsFiles(const TlsFiles& files);

// ChannelCredentialsFor gives credentials that check the server's name and chain
// and follow the files as they change; insecure ones without files. Fails as
// CheckTlsFiles.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentialsFor(
    const Options& options);

}  // namespace postern

#endif  // POSTERN_CLIENT_CREDENTIALS_H_
