#include "server/log.h"

#include <atomic>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace postern {
namespace {

std::atomic<LogConfig::Format> format{LogConfig::Format::kText};

spdlog::level::level_enum Convert(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger>* const kLogger = [] {
    auto* logger = new std::shared_ptr<spdlog::logger>(std::make_shared<spdlog::logger>(
        "postern", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
    (*logger)->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return logger;
  }();
  return **kLogger;
}

// A JSON string (RFC 8259, section 7), which is also how text quotes what is not a word.
std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", std::string(1, c));
    } else if (absl::ascii_iscntrl(c)) {
      absl::StrAppend(&quoted, absl::StrFormat("\\u%04x", static_cast<unsigned char>(c)));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

bool IsWord(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isgraph(c) || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

void LogGrpc(gpr_log_func_args* args) {
  LogEvent(args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug, "grpc",
           {{"message", args->message}});
}

// An error of protobuf is any text of a request that is not UTF-8: the answer says so,
// and the log must not grow by it.
void LogProtobuf(google::protobuf::LogLevel level, const char* /*file*/, int /*line*/,
                 const std::string& message) {
  LogEvent(level == google::protobuf::LOGLEVEL_FATAL ? LogLevel::kError : LogLevel::kDebug,
           "protobuf", {{"message", message}});
}

}  // namespace

void StartLog(const LogConfig& config) {
  format = config.format;
  Logger().set_level(Convert(config.level));
  if (config.format == LogConfig::Format::kJson) {
    Logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                         spdlog::pattern_time_type::utc);
  }
  gpr_set_log_function(LogGrpc);
  google::protobuf::SetLogHandler(LogProtobuf);
}

void LogEvent(LogLevel level, absl::string_view event,
              std::initializer_list<std::pair<absl::string_view, std::string>> fields) {
  if (!Logger().should_log(Convert(level))) return;
  Logger().log(Convert(level), "{}", FormatLogFields(format, event, fields));
}

std::string FormatLogFields(
    LogConfig::Format format, absl::string_view event,
    std::initializer_list<std::pair<absl::string_view, std::string>> fields) {
  const bool json = format == LogConfig::Format::kJson;
  std::string line = json ? absl::StrCat("\"event\":", Quote(event)) : std::string(event);
  for (const auto& [key, value] : fields) {
    if (json) {
      absl::StrAppend(&line, ",", Quote(key), ":", Quote(value));
    } else {
      absl::StrAppend(&line, " ", key, "=", IsWord(value) ? value : Quote(value));
    }
  }
  return line;
}

}  // namespace postern
