// The root's trust anchors, embedded so that no file can be missing or stale in
// one place only.
#ifndef POSTERN_SERVER_IO_DNS_ROOT_ANCHORS_H_
#define POSTERN_SERVER_IO_DNS_ROOT_ANCHORS_H_

namespace postern {

// kRootAnchors are the root zone's key signing keys as DNSKEY records in
// presentation form: KSK-2017 (tag 20326) and KSK-2024 (tag 38696), as IANA
// publishes them (https://data.iana.org/root-anchors/root-anchors.xml). They are
// static: a new key comes with a new release, years before it signs (RFC 5011's
// state would need a writable file, and libunbound ends the process where it cannot
// write it).
inline constexpr const char* kRootAnchors[] = {
    ". IN DNSKEY 257 3 8 "
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN"
    "7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8"
    "efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLY"
    "A4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=",
    ". IN DNSKEY 257 3 8 "
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeH"
    "spaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAx"
    "m9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+"
    "u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=",
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_ROOT_ANCHORS_H_
