// TLSA records and TLSRPT result types as protos.
#ifndef POSTERN_SERVER_RPC_DANE_CONVERT_H_
#define POSTERN_SERVER_RPC_DANE_CONVERT_H_

#include "postern/v1/dane.pb.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"

namespace postern {

v1::Tlsrpt::ResultType ToProto(TlsrptResult value);

// FillProto fills an empty message.
void FillProto(const TlsaRecord& record, v1::TlsaRecord& proto);
void FillProto(const JudgedTlsa& judged, v1::TlsaRecord& proto);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_DANE_CONVERT_H_
