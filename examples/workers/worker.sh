#!/usr/bin/env bash
# A worker for Troupe in bash alone: NATS_URL=nats://127.0.0.1:4222 ./worker.sh HANDLER COMMAND...
# The command reads the job and prints its output, both JSON; when it fails, what it says on stderr is the error.
export LC_ALL=C  # lengths are in bytes
handler=$1; shift
consumer="+=default=$handler"  # of the agent "default"; shared by all who serve the handler
address=${NATS_URL:-nats://127.0.0.1:4222}; address=${address#nats://}
inbox="_INBOX.$$.$SRANDOM$SRANDOM"; complaints=$(mktemp); trap 'rm -f "$complaints"; kill $beat 2>&-' EXIT
exec 3<>"/dev/tcp/${address%:*}/${address##*:}" || exit 1

publish() { printf 'PUB %s %s %d\r\n%s\r\n' "$1" "${3-}" "${#2}" "$2" >&3; }
ask() {  # sets $answer, and $ack: where to acknowledge it
  publish "$1" "$2" "$inbox"
  while read -r -a words <&3; do
    case ${words[0]} in
      PING*) printf 'PONG\r\n' >&3 ;;
      -ERR) echo "${words[*]}" >&2; exit 1 ;;
      MSG) ack=${words[3]} length=${words[-1]%$'\r'}; read -r -N $((length + 2)) answer <&3; return ;;
    esac
  done
  echo 'NATS closed the connection' >&2; exit 1
}
escaped() { local text=${1//[[:cntrl:]]/ }; text=${text//\\/\\\\}; printf '%s' "${text//\"/\\\"}"; }

printf 'CONNECT {"verbose":false}\r\nSUB %s 1\r\n' "$inbox" >&3
rules='"durable_name":"'$consumer'","filter_subject":"troupe.jobs.*.default.'$handler'","ack_policy":"explicit"'
rules+=',"ack_wait":25000000000,"max_deliver":-1,"max_ack_pending":-1'
ask "\$JS.API.CONSUMER.DURABLE.CREATE.TROUPE_JOBS.$consumer" '{"stream_name":"TROUPE_JOBS","config":{'"$rules"'}}'
if [[ $answer == *'"error":'* ]]; then echo "$answer" >&2; exit 1; else echo "serving $handler"; fi
while ask "\$JS.API.CONSUMER.MSG.NEXT.TROUPE_JOBS.$consumer" '{"batch":1,"expires":20000000000}'; do
  [[ $answer =~ '"token":"'([^\"]+).*'"outcomeTo":"'([^\"]+) ]] || continue  # none came within 20 s
  token='"token":"'${BASH_REMATCH[1]}'"' outcome_to=${BASH_REMATCH[2]} job_ack=$ack
  while publish "$outcome_to" "{$token,\"status\":\"heartbeat\"}"; do sleep 10; publish "$job_ack" +WPI; done & beat=$!
  if output=$("$@" <<<"$answer" 2>"$complaints"); then said='"complete","output":'${output:-null}
  else said='"failed","error":{"name":"Error","message":"'$(escaped "$(<"$complaints")")'"}'; fi
  kill $beat; ask "$outcome_to" "{$token,\"status\":$said}"; publish "$job_ack" +ACK  # kept first, then done
done
