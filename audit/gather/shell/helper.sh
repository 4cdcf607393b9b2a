# The installed batch (sudo runs it without a shell): the caller is hostile, so every parameter is read and checked.

db_helper() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
  export PATH
  db_nonce='' db_tag_key='' db_addresses='' db_budget=60 db_plain='' db_quiet=''
  if [ -t 0 ]; then stty raw -echo 2>/dev/null; fi
  printf '\ndengbao-helper %s\n' "$db_digest"
  db_parameters=$(head -c 4096)
  db_old_ifs=$IFS
  IFS='
'
  set -f
  set -- $db_parameters
  set +f
  IFS=$db_old_ifs
  for db_parameter do db_take "$db_parameter"; done
  [ -n "$db_nonce" ] || db_refuse nonce
  db_main
}

db_take() { # key=value
  db_value=${1#*=}
  case $1 in
    nonce=*) db_hexadecimal "$db_value" 32; db_nonce=$db_value ;;
    tag_key=*) [ -z "$db_value" ] || db_hexadecimal "$db_value" 64; db_tag_key=$db_value ;;
    addresses=*) case $db_value in *[!0-9a-fA-F.:,]*) db_refuse addresses ;; esac; db_addresses=$db_value ;;
    budget=*) case $db_value in '' | 0* | *[!0-9]* | ?????*) db_refuse budget ;; esac; db_budget=$db_value ;;
    plain=1) db_plain=1 ;;
    quiet=1) db_quiet=1 ;;
    plain= | quiet=) ;;
    *) db_refuse parameter ;;
  esac
}

db_hexadecimal() { # value length
  case $1 in *[!0-9a-f]*) db_refuse hexadecimal ;; esac
  [ "${#1}" -eq "$2" ] || db_refuse length
}

db_refuse() {
  printf 'dengbao-helper: bad %s\n' "$1" >&2
  exit 2
}
