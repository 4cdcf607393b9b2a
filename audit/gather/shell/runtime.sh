# What every batch begins with: frames, limits and the ways of reading. Runs on dash, bash and busybox ash.
# Names of ours start with db_. Nothing here runs by itself: the last line of the script starts db_main.

db_setup() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
  LC_ALL=C
  export PATH LC_ALL
  unset ENV BASH_ENV CDPATH GZIP POSIXLY_CORRECT GREP_OPTIONS TZ TMOUT
  db_nl='
'
  db_tab=$(printf '\t')
  IFS=" $db_tab$db_nl"
  umask 077
  cd / || exit 3
  [ "$db_quiet" != 1 ] || exec 2>/dev/null
  ulimit -c 0 2>/dev/null
  db_uid=$(id -u)
  db_find_timeout
  db_clock
  db_started=$db_now
  db_tag_setup
}

# Three dialects of timeout exist; without any the asset's deadline alone guards.
db_find_timeout() {
  db_timeout=
  if timeout -k 2 5 true 2>/dev/null; then db_timeout='timeout -k 2'
  elif timeout 5 true 2>/dev/null; then db_timeout=timeout
  elif timeout -t 5 true 2>/dev/null; then db_timeout='timeout -t'
  fi
}

# Seconds since boot, without a process.
db_clock() {
  db_now=
  { read -r db_now db_rest </proc/uptime; } 2>/dev/null
  db_now=${db_now%%.*}
}

db_begin() { # fact instance
  db_name=$1 db_instance=$2 db_status=ok db_mtime=-
  printf '\n@%s B %s %s\n' "$db_nonce" "$1" "$2"
  printf '\n@%s %s %s\n' "$db_nonce" "$1" "$2" >&2
}

db_exit() { # exit status, inside the capped pipe: when it is missing the output was cut
  printf '\n@%s X %s\n' "$db_nonce" "$1"
}

db_end() {
  printf '\n@%s E %s %s %s %s\n' "$db_nonce" "$db_name" "$db_status" "$db_mtime" "$db_instance"
}

db_ready() { # root(0|1) tool: whether the fact may be tried; else says why not
  db_clock
  if [ -n "$db_now" ] && [ -n "$db_started" ] && [ $((db_now - db_started)) -ge "$db_budget" ]; then
    db_status=timeout
  elif [ "$1" = 1 ] && [ "$db_uid" != 0 ]; then
    db_status=denied
  elif [ -n "$2" ] && ! command -v "$2" >/dev/null 2>&1; then
    db_status=no-tool
  fi
  [ "$db_status" = ok ]
}

# A path is positively absent only when the nearest directory that exists could be searched.
db_absent() { # path
  db_dir=$1
  while :; do
    db_dir=${db_dir%/*}
    [ -n "$db_dir" ] || db_dir=/
    if [ -e "$db_dir" ] || [ -L "$db_dir" ]; then break; fi
  done
  [ -e "$db_dir" ] || return 1
  [ ! -d "$db_dir" ] || [ -x "$db_dir" ]
}

db_file() { # bytes path
  if [ -f "$2" ]; then
    if [ -r "$2" ]; then
      head -c "$1" -- "$2" </dev/null
      db_exit "$?"
    else
      db_status=denied
    fi
  elif [ -e "$2" ] || [ -L "$2" ]; then
    db_status=failed
  elif db_absent "$2"; then
    db_status=absent
  else
    db_status=denied
  fi
}

db_dirs() { # directory…: those a glob looks into must be listable, or files could be missed
  for db_dir do
    if [ -d "$db_dir" ] && { [ ! -r "$db_dir" ] || [ ! -x "$db_dir" ]; }; then db_status=denied; fi
  done
}

db_files() { # bytes pipe-bytes path…
  db_bytes=$1 db_pipe=$2
  shift 2
  db_left=$#
  if [ "$db_left" -gt 512 ]; then db_status=truncated; fi
  db_seen=0
  while [ "$db_left" -gt 0 ]; do
    db_path=$1
    shift
    db_left=$((db_left - 1))
    db_seen=$((db_seen + 1))
    [ "$db_seen" -le 512 ] || continue
    case $db_path in *"$db_nl"*) db_status=truncated; continue ;; esac
    if [ ! -e "$db_path" ]; then
      [ -L "$db_path" ] || db_absent "$db_path" || db_status=denied
    elif [ -f "$db_path" ]; then
      if [ -r "$db_path" ]; then set -- "$@" "$db_path"; else db_status=denied; fi
    fi
  done
  if [ "$#" -gt 0 ]; then
    { db_heads "$@" </dev/null; db_exit "$?"; } | head -c "$db_pipe"
  elif [ "$db_status" = ok ]; then
    db_status=absent
  fi
}

db_heads() { # path…: every file after a line ==> path <==
  if head -v -c 1 /dev/null >/dev/null 2>&1; then
    head -v -c "$db_bytes" -- "$@"
    return
  fi
  db_code=0
  for db_path do
    printf '\n==> %s <==\n' "$db_path"
    head -c "$db_bytes" -- "$db_path" || db_code=1
  done
  return "$db_code"
}

db_dated() { # path whose modification time says how old the evidence is
  [ -e "$1" ] || return 0
  db_mtime=$(stat -c %Y -- "$1" 2>/dev/null)
  case $db_mtime in '' | *[!0-9]*) db_mtime=- ;; esac
}

# One line of a source: exactly so many values, of harmless characters only.
db_valid() { # line values
  [ "${#1}" -le $(($2 * 129)) ] || return 1
  db_rest=$1$db_tab db_count=0
  while [ -n "$db_rest" ]; do
    db_value=${db_rest%%"$db_tab"*}
    db_rest=${db_rest#*"$db_tab"}
    case $db_value in '' | *[!A-Za-z0-9._:/@,=+-]*) return 1 ;; esac
    [ "${#db_value}" -le 128 ] || return 1
    db_count=$((db_count + 1))
  done
  [ "$db_count" -eq "$2" ]
}

# Reads a source's output: keeps valid lines with a new key in db_list, flags what was dropped, passes the exit on.
db_lines() { # values limit output
  db_values=$1 db_most=$2 db_list='' db_keys=$db_nl db_code='' db_kept=0
  set -f
  IFS=$db_nl
  set -- $3
  IFS=" $db_tab$db_nl"
  set +f
  for db_line do
    case $db_line in "@$db_nonce X "*) db_code=${db_line##* }; continue ;; esac
    if ! db_valid "$db_line" "$db_values"; then db_status=truncated; continue; fi
    case $db_keys in *"$db_nl${db_line%%"$db_tab"*}$db_nl"*) db_status=truncated; continue ;; esac
    if [ "$db_kept" -ge "$db_most" ]; then db_status=truncated; break; fi
    db_keys=$db_keys${db_line%%"$db_tab"*}$db_nl
    db_list=$db_list$db_line$db_nl
    db_kept=$((db_kept + 1))
  done
  printf '%s' "$db_list"
  [ -z "$db_code" ] || db_exit "$db_code"
}

db_main() {
  db_setup
  if [ "$db_plain" != 1 ] && command -v gzip >/dev/null 2>&1; then
    printf '\n@%s S gzip\n' "$db_nonce"
    db_segments 'gzip -1'
  else
    printf '\n@%s S plain\n' "$db_nonce"
    db_segments cat
  fi
}

db_header() {
  printf '\n@%s H 1 %s %s %s %s\n' "$db_nonce" "$db_digest" "$(date -u +%s)" "$db_uid" "${db_quiet:-0}"
}

# The whole batch runs with a file size limit of nothing: even a careless command cannot put a byte into a file.
db_packed() { # function packer
  { ulimit -S -f 0 2>/dev/null; "$1"; } | $2
}

# Every fact marks stderr, a packet each on the wire: head hands a segment's marks on together and cuts a flood, which is
# then drained so that its command ends by its own time limit.
db_segment() { # function packer
  if [ "$db_quiet" = 1 ]; then
    db_packed "$@"
  else
    { db_packed "$@" 2>&1 1>&3 3>&- | { head -c 262144; cat >/dev/null; } >&2 3>&-; } 3>&1
  fi
}

db_has() { # tool
  command -v "$1" >/dev/null 2>&1
}

# Length class of a secret: says enough to judge, too little to guess.
db_length_class() { # value
  if [ "${#1}" -eq 0 ]; then printf '0'
  elif [ "${#1}" -lt 8 ]; then printf '1-7'
  elif [ "${#1}" -lt 12 ]; then printf '8-11'
  elif [ "${#1}" -lt 16 ]; then printf '12-15'
  else printf '16+'
  fi
}
