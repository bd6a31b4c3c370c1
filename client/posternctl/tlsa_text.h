// A TLSA record as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_TLSA_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_TLSA_TEXT_H_

#include <string>

#include "postern/v1/dane.pb.h"

namespace postern::posternctl {

// ShortRecord tells the record's data as zone files have it, cut after 16 bytes.
std::string ShortRecord(const v1::TlsaRecord& record);

// RecordText is ShortRecord, and why the record is not used, if it is not.
std::string RecordText(const v1::TlsaRecord& record);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TLSA_TEXT_H_
