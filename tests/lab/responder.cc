#include "tests/lab/responder.h"

#include "tests/lab/dns_wire.h"

namespace postern {
namespace {

// Header of a response that claims 7 records in each section, and a body of
// compression pointers to themselves.
std::string Garbage(std::string_view query) {
  std::string garbage(query.substr(0, 2));
  garbage += std::string("\x84\x00\x00\x07\x00\x07\x00\x07\x00\x07", 10);
  while (garbage.size() < 64) {
    AppendU16(garbage, static_cast<uint16_t>(0xc000 | garbage.size()));
  }
  return garbage;
}

}  // namespace

void ApplyEdit(Edit edit, std::string& answer) {
  if (answer.size() < kDnsHeaderSize) return;
  switch (edit) {
    case Edit::kNone:
      break;
    case Edit::kWrongId:
      WriteId(answer, static_cast<uint16_t>(ReadId(answer) ^ 0x5555));
      break;
    case Edit::kSetAd:
      SetAuthenticData(answer);
      break;
  }
}

Handling Responder::Handle(std::string_view message, bool by_tcp) const {
  using Action = Fault::Action;
  using Kind = Handling::Kind;
  const std::optional<DnsQuery> query = ParseQuery(message);
  if (!query) {
    // Not ours to judge: the name server behind knows what to say.
    return {message.size() < kDnsHeaderSize ? Kind::kDrop : Kind::kForward, std::string(message),
            Edit::kNone, delay_};
  }
  const Fault fault = rules_.Find(query->name, query->type);
  const auto reply = [&](int rcode) {
    return Handling{Kind::kReply, Reply(message, query->question_end, rcode), Edit::kNone, delay_};
  };
  const auto truncated = [&] {
    Handling handling = reply(kNoError);
    SetTruncated(handling.message);
    return handling;
  };
  Handling forward{Kind::kForward, std::string(message), Edit::kNone, delay_};
  switch (fault.action) {
    case Action::kServFail:
      return reply(kServFail);
    case Action::kRefused:
      return reply(kRefused);
    case Action::kNotImp:
      return reply(kNotImp);
    case Action::kFormErr:
      return reply(kFormErr);
    case Action::kEmpty:
      return reply(kNoError);
    case Action::kSilence:
      return {Kind::kDrop, {}, Edit::kNone, {}};
    case Action::kTruncateAlways:
      return truncated();
    case Action::kTruncate:
      if (!by_tcp) return truncated();
      break;
    case Action::kCloseTcp:
      if (!by_tcp) return truncated();
      return {Kind::kClose, {}, Edit::kNone, {}};
    case Action::kGarbage:
      return {Kind::kReply, Garbage(message), Edit::kNone, delay_};
    case Action::kWrongId:
      forward.edit = Edit::kWrongId;
      break;
    case Action::kDelay:
      forward.delay += fault.delay;
      break;
    case Action::kStripSignatures:
      forward.message = WithoutDnssec(message, query->question_end);
      break;
    case Action::kSetAd:
      forward.edit = Edit::kSetAd;
      break;
    case Action::kNone:
      break;
  }
  if (synthetic_) {
    if (std::optional<std::string> answer = synthetic_->Answer(message, *query)) {
      forward.kind = Kind::kReply;
      forward.message = *std::move(answer);
      ApplyEdit(forward.edit, forward.message);
    }
  }
  return forward;
}

}  // namespace postern
