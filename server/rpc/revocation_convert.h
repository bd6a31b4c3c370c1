// What is known of revocation, as protos.
#ifndef POSTERN_SERVER_RPC_REVOCATION_CONVERT_H_
#define POSTERN_SERVER_RPC_REVOCATION_CONVERT_H_

#include "postern/v1/revocation_verdict.pb.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/staple.h"

namespace postern {

// ToProto fills an empty message. Times that no Timestamp holds are left out.
void ToProto(const StapleVerdict& verdict, v1::StapleVerdict* proto);
void ToProto(const RevocationVerdict& verdict, v1::RevocationVerdict* proto);

// The same of a CRL's verdict; its url is the caller's to set.
void ToProto(const CrlVerdict& verdict, v1::CrlVerdict* proto);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_REVOCATION_CONVERT_H_
