// The name of a distribution point (RFC 5280, sections 4.2.1.13 and 5.2.5), as
// certificates and CRLs have it:
//
//   distributionPoint [0] DistributionPointName,
//   DistributionPointName ::= CHOICE {
//     fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_DISTRIBUTION_POINT_NAME_H_
#define POSTERN_SERVER_CORE_X509_DISTRIBUTION_POINT_NAME_H_

#include "absl/strings/string_view.h"

namespace postern {

// The identifier octet of a GeneralName that is a uniformResourceIdentifier.
inline constexpr unsigned char kGeneralNameUri = 0x86;

// ReadPointName reads the contents of distributionPoint [0] to the contents of
// fullName: GeneralNames in DER, one at least. A relative name is read to none. False
// where they are anything else.
bool ReadPointName(absl::string_view contents, absl::string_view& full_names);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_DISTRIBUTION_POINT_NAME_H_
