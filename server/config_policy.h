// The `policy` part of the configuration file.
#ifndef POSTERN_SERVER_CONFIG_POLICY_H_
#define POSTERN_SERVER_CONFIG_POLICY_H_

#include "server/config_reader.h"
#include "server/core/dane/policy.h"

namespace postern {

// ReadPolicyRules reads the whole map, and notes in its errors what is wrong.
void ReadPolicyRules(ConfigReader map, PolicyRules& rules);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_POLICY_H_
