// Structured log lines on standard error, as text or JSON.
//
//   LogEvent(LogLevel::kInfo, "listening", {{"address", address}});
//
//   2026-11-24T10:00:00.000Z info listening address=localhost:8425
//   {"time":"2026-11-24T10:00:00.000Z","level":"info","event":"listening","address":...}
#ifndef POSTERN_SERVER_LOG_H_
#define POSTERN_SERVER_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "server/config.h"

namespace postern {

using LogLevel = LogConfig::Level;

// StartLog sets what is logged and how; before it, info and up as text. What gRPC
// and protobuf log comes to the same place.
void StartLog(const LogConfig& config);

// LogEvent writes one line. `event` is one of a few words that never change; what
// differs goes into fields. Thread safe.
void LogEvent(LogLevel level, absl::string_view event,
              std::initializer_list<std::pair<absl::string_view, std::string>> fields);

// FormatLogFields is the part of a line that begins with the event.
std::string FormatLogFields(
    LogConfig::Format format, absl::string_view event,
    std::initializer_list<std::pair<absl::string_view, std::string>> fields);

}  // namespace postern

#endif  // POSTERN_SERVER_LOG_H_
