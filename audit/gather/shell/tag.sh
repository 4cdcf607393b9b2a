# HMAC-SHA256 tag of a secret by sha256sum and shell builtins: the secret is in no argv and no file.

db_tag_setup() {
  db_ipad='' db_opad=''
  case $(command -v printf) in printf) ;; *) db_tag_key='' ;; esac
  command -v sha256sum >/dev/null 2>&1 || db_tag_key=''
  [ -n "$db_tag_key" ] || return 0
  db_ipad=$(db_octal "$db_tag_key" 54 64)
  db_opad=$(db_octal "$db_tag_key" 92 64)
}

# Hex digits as octal escapes for printf, each byte xor-ed; padded with zero bytes to a length.
db_octal() { # hex xor bytes
  db_hex=$1 db_bytes_left=$3 db_octets=''
  while [ "$db_bytes_left" -gt 0 ]; do
    db_pair=${db_hex%"${db_hex#??}"}
    db_hex=${db_hex#??}
    db_byte=$((0x${db_pair:-0} ^ $2))
    db_octets="$db_octets\\$((db_byte / 64))$((db_byte / 8 % 8))$((db_byte % 8))"
    db_bytes_left=$((db_bytes_left - 1))
  done
  printf '%s' "$db_octets"
}

db_tag() { # value: prints 16 hex digits, or - when no tag can be made
  if [ -z "$db_ipad" ]; then
    printf '%s\n' -
    return
  fi
  db_hash=$({ printf "$db_ipad"; printf '%s' "$1"; } | sha256sum)
  db_hash=$(db_octal "${db_hash%% *}" 0 32)
  db_hash=$({ printf "$db_opad"; printf "$db_hash"; } | sha256sum)
  db_hash=${db_hash%% *}
  printf '%s\n' "${db_hash%"${db_hash#????????????????}"}"
}
