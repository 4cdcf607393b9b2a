# 前言：整改脚本共用的函数（POSIX sh：dash、bash、busybox 都能跑）。见 docs/fixes.md。
# 第一次改动前，原样记在 $fx_place 里；undo 时原样放回。fx_ 开头的是内部的，整改正文不要用。
set -eu
umask 022
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset IFS CDPATH ENV BASH_ENV GREP_OPTIONS POSIXLY_CORRECT 2>/dev/null || :

fx_base=/var/backups/dengbao
fx_tab=$(printf '\t')
fx_line='
'

# say 话…：告诉执行的人。
say() { printf '%s\n' "$*"; }

# stop 话…：做不下去了，说明原因并结束；第一次执行时，已经改动的会自动放回。
stop() {
  printf '停下：%s\n' "$*" >&2
  exit 1
}

# need 命令 软件包：没有这个命令就停下，告诉人先装什么。
need() { command -v "$1" >/dev/null 2>&1 || stop "没有命令 $1，请先安装软件包 ${2:-$1}，再执行本脚本。"; }

# ---- 文件 ----

# keep 文件…：第一次改动前记下内容、属主、权限，或者“没有这个文件”。可以重复调用。目录只记属主和权限。
keep() {
  for fx_file in "$@"; do fx_keep_one "$fx_file"; done
}

fx_keep_one() {
  fx_path_ok "$1"
  fx_number=$(fx_kept_number "$1")
  [ -z "$fx_number" ] || return 0
  fx_number=$(($(wc -l <"$fx_place/kept") + 1))
  if [ -d "$1" ]; then fx_kind=directory
  elif [ -f "$1" ]; then
    fx_kind=file
    cp -p -- "$1" "$fx_place/files/$fx_number"
  elif [ -e "$1" ]; then stop "$1 不是普通文件，不敢改；请人看过再处理。"
  else
    fx_kind=absent
    fx_parent=${1%/*}
    [ -z "$fx_parent" ] || [ -d "$fx_parent" ] || fx_keep_parent "$fx_parent"
    fx_number=$(($(wc -l <"$fx_place/kept") + 1))
  fi
  if [ "$fx_kind" = absent ]; then fx_owner='- - -'; else fx_owner=$(stat -c '%a %u %g' -- "$1"); fi
  printf '%s %s %s %s\n' "$fx_number" "$fx_kind" "$fx_owner" "$1" >>"$fx_place/kept"
}

# 上级目录也没有：先记下再建，undo 时一并去掉。
fx_keep_parent() {
  (fx_keep_one "$1")
  mkdir -- "$1"
  chmod 0755 -- "$1"
  fx_parent=
}

# 文件在 kept 里的编号；没有记过则为空。
fx_kept_number() {
  while read -r fx_n fx_k fx_a fx_u fx_g fx_p; do
    [ "$fx_p" != "$1" ] || { echo "$fx_n"; return 0; }
  done <"$fx_place/kept"
}

# 路径要绝对、没有 ..、不是链接；它所在的目录别人不能写（否则能用链接骗我们改别的文件）。
fx_path_ok() {
  case $1 in
    *"$fx_line"* | *"$fx_tab"* | *' ') stop "路径里有换行、制表符或末尾的空格，不处理。" ;;
    /*/../* | /*/.. | /../* | */./* | *//* | */) stop "路径 $1 要写成没有 .. 和 // 的绝对路径。" ;;
    /etc/passwd | /etc/shadow | /etc/group | /etc/gshadow) stop "$1 不整份保存（会把以后改的口令退回去）；账户用 keep_account。" ;;
    /?*) ;;
    *) stop "路径 $1 要写成绝对路径。" ;;
  esac
  [ ! -L "$1" ] || stop "$1 是链接（指向 $(readlink -- "$1")），由别的工具管理，请按步骤手工处理。"
  fx_up=${1%/*}
  while [ -n "$fx_up" ] && [ ! -d "$fx_up" ]; do fx_up=${fx_up%/*}; done
  fx_up=$(cd -P -- "${fx_up:-/}" && pwd -P) || stop "进不去 $1 所在的目录。"
  while :; do
    fx_owner=$(stat -c '%u %A' -- "$fx_up")
    case $fx_owner in
      '0 '?????-??-?) ;;
      *) stop "$1 所在的目录 $fx_up 不归 root 或者别人能写，不敢在里面改；请按步骤手工处理。" ;;
    esac
    [ "$fx_up" != / ] || break
    fx_up=${fx_up%/*}
    fx_up=${fx_up:-/}
  done
}

# 把标准输入换成文件的新内容：先写完整的新文件再换上去，属主和权限不变；新文件为 0644 root。
fx_replace() {
  fx_new=${1%/*}/.dengbao-new.$$
  rm -f -- "$fx_new"
  if [ -e "$1" ]; then cp -p -- "$1" "$fx_new"; else (set -C; : >"$fx_new"); fi
  cat >"$fx_new"
  mv -f -- "$fx_new" "$1"
  fx_relabel "$1"
}

# SELinux 的标签跟着路径走。
fx_relabel() { ! command -v restorecon >/dev/null 2>&1 || restorecon -- "$1" 2>/dev/null || :; }

# put 文件 [权限]：标准输入就是文件的全部内容。
put() {
  keep "$1"
  if [ -f "$1" ]; then fx_before=$(stat -c %a -- "$1"); else fx_before=644; fi
  fx_replace "$1"
  chmod -- "${2:-$fx_before}" "$1"
}

# remove 文件…：去掉文件（undo 时放回）。
remove() {
  for fx_gone in "$@"; do
    [ -e "$fx_gone" ] || [ -L "$fx_gone" ] || continue
    [ ! -d "$fx_gone" ] || stop "$fx_gone 是目录，不删。"
    keep "$fx_gone"
    rm -f -- "$fx_gone"
  done
}

# permissions 文件 权限 [属主[:组]]
permissions() {
  [ -e "$1" ] || stop "没有 $1，改不了权限。"
  keep "$1"
  [ -z "${3:-}" ] || chown -- "$3" "$1"
  chmod -- "$2" "$1"
}

# setting 文件 键 值 [分隔]：文件里恰好有一行有效的“键 值”，原来有效的行改成注释；没有文件就新建。
# 分隔默认一个空格，如 ' = '；值为空表示只写键（even_deny_root）。
setting() {
  keep "$1"
  fx_setting "$1" '' "$2" "$3" "${4- }"
}

# ini_setting 文件 节 键 值 [分隔]：同上，但在 [节] 里；没有这一节就在末尾加上。
ini_setting() {
  keep "$1"
  fx_setting "$1" "$2" "$3" "$4" "${5-=}"
}

fx_setting() {
  case $2$3$4$5 in *"$fx_line"*) stop "$1 的 $3：值里不能有换行。" ;; esac
  if [ -n "$4" ]; then fx_wanted=$3$5$4; else fx_wanted=$3; fi
  if [ -f "$1" ]; then fx_text=$(cat -- "$1"; echo x); else fx_text=x; fi
  printf '%s' "${fx_text%x}" | fx_section=$2 fx_key=$3 fx_wanted=$fx_wanted awk '
    function trimmed(text) { sub(/^[ \t]+/, "", text); sub(/[ \t\r]+$/, "", text); return text }
    function active(text,  rest) {
      text = trimmed(text)
      if (substr(text, 1, length(key)) != key) return 0
      rest = substr(text, length(key) + 1, 1)
      return rest == "" || rest == " " || rest == "\t" || rest == "="
    }
    BEGIN { key = ENVIRON["fx_key"]; wanted = ENVIRON["fx_wanted"]; section = ENVIRON["fx_section"]; inside = (section == "") }
    { line[NR] = $0 }
    section != "" && trimmed($0) ~ /^\[.*\]$/ { inside = (trimmed($0) == "[" section "]"); if (inside) last = NR }
    inside && trimmed($0) != "" { last = NR }
    inside && active($0) { found[NR] = 1; if (!first) first = NR }
    END {
      if (first) { for (i = 1; i <= NR; i++) if (found[i]) { print (i == first ? wanted : "#" line[i]); if (i == first && trimmed(line[i]) != wanted) print "#" line[i] } else print line[i] }
      else {
        for (i = 1; i <= NR; i++) { print line[i]; if (section != "" && i == last) print wanted }
        if (section == "") print wanted
        else if (!last) print "[" section "]\n" wanted
      }
    }' >"$fx_place/new.$$"
  if ! cmp -s "$fx_place/new.$$" "$1"; then fx_replace "$1" <"$fx_place/new.$$"; fi
  rm -f -- "$fx_place/new.$$"
}

# ---- 服务 ----

fx_systemd() { [ -d /run/systemd/system ]; }

# reload 服务…：让服务重新读配置；没有运行的不动。undo 放回文件之后也会这样做。
reload() {
  for fx_unit in "$@"; do
    grep -Fqx -- "$fx_unit" "$fx_place/reloads" || printf '%s\n' "$fx_unit" >>"$fx_place/reloads"
    fx_reload_one "$fx_unit"
  done
}

fx_reload_one() {
  if [ "$1" = sshd ]; then fx_reload_sshd
  elif fx_systemd; then
    ! systemctl is-active --quiet "$1" || systemctl reload-or-restart "$1"
  else service "$1" reload >/dev/null 2>&1 || service "$1" restart
  fi
}

# unit_off 单元…：停掉并不再开机启动；unit_on 单元…：启动并开机启动。原来的状态记下，undo 时恢复。
unit_off() {
  fx_need_systemd
  for fx_unit in "$@"; do
    fx_keep_unit "$fx_unit"
    fx_said=$(systemctl disable --now "$fx_unit" 2>&1) || stop "停不掉 $fx_unit：$fx_said"
  done
}

unit_on() {
  fx_need_systemd
  for fx_unit in "$@"; do
    fx_keep_unit "$fx_unit"
    systemctl unmask "$fx_unit" >/dev/null 2>&1 || :
    fx_said=$(systemctl enable --now "$fx_unit" 2>&1) || stop "启动不了 $fx_unit：$fx_said"
  done
}

fx_need_systemd() { fx_systemd || stop "这台服务器没有用 systemd，请按步骤手工处理。"; }

fx_keep_unit() {
  case $1 in *[!A-Za-z0-9@._:-]* | -* | '') stop "服务名 $1 里有不认得的字符。" ;; esac
  while read -r fx_known fx_enabled fx_active; do
    [ "$fx_known" != "$1" ] || return 0
  done <"$fx_place/units"
  printf '%s %s %s\n' "$1" "$(systemctl is-enabled "$1" 2>/dev/null || :)" "$(systemctl is-active "$1" 2>/dev/null || :)" >>"$fx_place/units"
}

fx_restore_unit() {
  case $2 in
    enabled) systemctl enable "$1" >/dev/null 2>&1 ;;
    masked) systemctl mask "$1" >/dev/null 2>&1 ;;
    disabled) systemctl disable "$1" >/dev/null 2>&1 ;;
  esac
  if [ "$3" = active ]; then systemctl start "$1"; else systemctl stop "$1"; fi
}

# ---- sshd ----

fx_sshd() { command -v sshd || echo /usr/sbin/sshd; }

# sshd_setting 键 值 [键 值]…：在主配置最前面写（先写的算数），原来有效的全局行改成注释。
# 先用 sshd -t 和 sshd -T 验证新配置，真的生效才换上并重新加载；已登录的会话不断。值写成 sshd -T 显示的样子。
sshd_setting() {
  fx_config=/etc/ssh/sshd_config
  keep "$fx_config"
  fx_trial=/etc/ssh/.dengbao-trial.$$
  cp -p -- "$fx_config" "$fx_trial"
  fx_pairs=
  while [ "$#" -ge 2 ]; do
    fx_sshd_one "$fx_trial" "$1" "$2"
    fx_pairs=$fx_pairs$1$fx_tab$2$fx_line
    shift 2
  done
  fx_sshd_proven "$fx_trial" "$fx_pairs" || {
    rm -f -- "$fx_trial"
    stop "新的 sshd 配置没有通过验证，没有换上，原配置不变。"
  }
  if cmp -s "$fx_trial" "$fx_config"; then rm -f -- "$fx_trial"; else
    mv -f -- "$fx_trial" "$fx_config"
    fx_relabel "$fx_config"
  fi
  reload sshd
}

fx_sshd_one() {
  case $2$3 in *"$fx_line"*) stop "sshd 的 $2：值里不能有换行。" ;; esac
  fx_key=$(printf '%s' "$2" | tr 'A-Z' 'a-z')
  case $fx_key in
    port | listenaddress | hostkey | acceptenv | setenv | subsystem | allowusers | allowgroups | denyusers | denygroups | match | include)
      stop "sshd 的 $2 是逐行累加的，不能用 sshd_setting；请按步骤手工处理。" ;;
  esac
  fx_key=$fx_key fx_wanted="$2 $3" awk '
    function name(text) { sub(/^[ \t]+/, "", text); sub(/[ \t=].*$/, "", text); return tolower(text) }
    BEGIN { print ENVIRON["fx_wanted"] }
    name($0) == "match" { within = 1 }
    !within && $0 == ENVIRON["fx_wanted"] { next }
    !within && name($0) == ENVIRON["fx_key"] { print "#" $0; next }
    { print }' "$1" >"$fx_place/new.$$"
  cat "$fx_place/new.$$" >"$1"
  rm -f -- "$fx_place/new.$$"
  for fx_file in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do
    [ ! -f "$fx_file" ] || fx_key=$fx_key awk '
      function name(text) { sub(/^[ \t]+/, "", text); sub(/[ \t=].*$/, "", text); return tolower(text) }
      name($0) == "match" { within = 1 }
      within && name($0) == ENVIRON["fx_key"] { found = 1 }
      END { exit !found }' "$fx_file" || continue
    [ ! -f "$fx_file" ] || say "注意：$fx_file 的 Match 段里另写了 $2，本脚本不动它；请人看过，不需要就去掉。"
  done
}

# 新配置语法正确，并且每一项的有效值就是要写的值。
fx_sshd_proven() {
  "$(fx_sshd)" -t -f "$1" || return 1
  fx_effective=$("$(fx_sshd)" -T -f "$1") || return 1
  printf '%s' "$2" | while IFS=$fx_tab read -r fx_key fx_value; do
    fx_key=$(printf '%s' "$fx_key" | tr 'A-Z' 'a-z')
    fx_value=$(printf '%s' "$fx_value" | tr 'A-Z' 'a-z')
    [ "$fx_key $fx_value" != 'permitrootlogin prohibit-password' ] || fx_value=without-password
    printf '%s\n' "$fx_effective" | tr 'A-Z' 'a-z' | grep -Fqx -- "$fx_key $fx_value" || {
      say "写了 $fx_key $fx_value，但没有生效（别处的设置盖过了它）。" >&2
      exit 1
    }
  done
}

fx_reload_sshd() {
  "$(fx_sshd)" -t || stop "sshd 的配置有错，没有重新加载；已登录的会话不要关，先改好配置。"
  if fx_systemd; then
    for fx_name in ssh sshd; do
      ! systemctl is-active --quiet "$fx_name.service" || { systemctl reload "$fx_name.service"; return 0; }
    done
  elif [ -s /run/sshd.pid ]; then kill -HUP "$(cat /run/sshd.pid)"
  fi
}

# pam_check 文件…：改过的 PAM 文件里，每个模块、每个被引用的文件都在；不在就停下（写错会谁都登录不了）。
pam_check() {
  for fx_file in "$@"; do
    [ -s "$fx_file" ] || stop "$fx_file 是空的或者没有，登录会失败。"
    fx_missing=$(awk '
      { sub(/#.*/, "") } NF == 0 { next }
      $1 == "@include" { print "/etc/pam.d/" $2; next }
      { quiet = ($1 ~ /^-/); i = 2
        if ($2 ~ /^\[/) { while (i <= NF && $i !~ /\]$/) i++ }
        else if ($2 == "include" || $2 == "substack") { print "/etc/pam.d/" $3; next }
        if (!quiet) print $(i + 1) }' "$fx_file" | sort -u | while read -r fx_module; do
      case $fx_module in
        /*) [ -e "$fx_module" ] || echo "$fx_module" ;;
        *) fx_module_exists "$fx_module" || echo "$fx_module" ;;
      esac
    done)
    [ -z "$fx_missing" ] || stop "$fx_file 用到的 $fx_missing 不存在，登录会失败。"
  done
}

fx_module_exists() {
  for fx_folder in /lib/security /lib64/security /usr/lib/security /usr/lib64/security /lib/*/security /usr/lib/*/security; do
    [ ! -e "$fx_folder/$1" ] || return 0
  done
  return 1
}

# sysctl_setting 键 值：现在就改，并写进最后读的文件；原来的运行值记下，undo 时改回。
sysctl_setting() {
  fx_proc=/proc/sys/$(printf '%s' "$1" | tr '.' '/')
  [ -e "$fx_proc" ] || stop "这台服务器的内核没有 $1。"
  grep -q "^$1=" "$fx_place/sysctls" || printf '%s=%s\n' "$1" "$(cat "$fx_proc")" >>"$fx_place/sysctls"
  if [ -f /etc/sysctl.conf ] && grep -Eq "^[[:space:]]*$(printf '%s' "$1" | sed 's/[.]/[.\/]/g')[[:space:]]*=" /etc/sysctl.conf; then
    setting /etc/sysctl.conf "$1" "$2" ' = '
  fi
  setting /etc/sysctl.d/99-zz-dengbao.conf "$1" "$2" ' = '
  printf '%s\n' "$2" >"$fx_proc" || stop "内核不接受 $1 = $2。"
}

# ---- 账户 ----

# keep_account 账户…：记下期限、锁定、shell、附加组（不记口令）；undo 只改回整改动过而后来没有人再动的项。
keep_account() {
  for fx_name in "$@"; do
    fx_account_ok "$fx_name"
    [ -e "$fx_place/accounts/$fx_name" ] || fx_account "$fx_name" >"$fx_place/accounts/$fx_name"
  done
}

fx_account_ok() {
  case $1 in '' | -* | . | .. | *[!A-Za-z0-9_.-]*) stop "账户名 $1 里有不认得的字符，请手工处理。" ;; esac
  fx_name=$1 awk -F: '$1 == ENVIRON["fx_name"] { found++ } END { exit found != 1 }' /etc/passwd ||
    stop "这台服务器的 /etc/passwd 里没有账户 $1，或者不止一个。"
}

# administers 账户：它能用 sudo 做任何事吗？
administers() {
  command -v sudo >/dev/null 2>&1 || return 1
  sudo -n -l -U "$1" 2>/dev/null | grep -Eq '^ *\((ALL|root)[^)]*\) ([A-Z_]+: )*ALL$'
}

# keeps_management 账户…：要停用的账户里有正在用的、或者能做管理的，就停下，免得进不来。
keeps_management() {
  for fx_name in "$@"; do
    fx_account_ok "$fx_name"
    case $fx_name in
      root) stop "停用 root 会管不了这台服务器。" ;;
      "${SUDO_USER:-}") stop "你正用 $fx_name 登录，停用它自己就进不来了；先用别的管理员账户登录。" ;;
    esac
    ! administers "$fx_name" || stop "$fx_name 能用 sudo 做管理；先给管理员建自己的账户，再停用它。"
  done
}

fx_account() {
  fx_name=$1 awk -F: '$1 == ENVIRON["fx_name"] {
    print "locked=" ($2 ~ /^!/ ? "yes" : "no"); print "d=" $3; print "m=" $4; print "M=" $5; print "W=" $6; print "I=" $7; print "E=" $8
  }' /etc/shadow
  fx_name=$1 awk -F: '$1 == ENVIRON["fx_name"] { print "shell=" $7 }' /etc/passwd
  fx_name=$1 awk -F: '{ n = split($4, who, ","); for (i = 1; i <= n; i++) if (who[i] == ENVIRON["fx_name"]) all = all "," $1 } END { print "groups=" substr(all, 2) }' /etc/group
}

fx_restore_account() {
  fx_account "$1" >"$fx_place/now.$$"
  while IFS='=' read -r fx_field fx_old; do
    fx_now=$(sed -n "s/^$fx_field=//p" "$fx_place/now.$$")
    fx_left=$fx_now
    [ ! -e "$fx_place/accounts/$1.after" ] || fx_left=$(sed -n "s/^$fx_field=//p" "$fx_place/accounts/$1.after")
    if [ "$fx_old" = "$fx_left" ] && [ -e "$fx_place/accounts/$1.after" ]; then continue; fi
    if [ "$fx_now" = "$fx_old" ]; then continue; fi
    if [ "$fx_now" != "$fx_left" ]; then
      say "账户 $1 的 $fx_field 在整改之后又改过，不动它。"
      continue
    fi
    fx_account_field "$1" "$fx_field" "$fx_old"
  done <"$fx_place/accounts/$1"
  rm -f -- "$fx_place/now.$$"
}

fx_account_field() {
  case $2 in
    locked) if [ "$3" = yes ]; then usermod -L "$1"; else usermod -U "$1"; fi ;;
    shell) usermod -s "$3" "$1" ;;
    groups) usermod -G "$3" "$1" ;;
    *) chage "-$2" "${3:--1}" "$1" ;;
  esac
}

# ---- 执行和撤销 ----

fx_open() {
  [ "$(id -u)" = 0 ] || stop "要用 root 执行：sudo sh $0 $1"
  fx_right_host
  fx_place=$fx_base/$fx_id
  mkdir -p /var/backups
  fx_path_ok "$fx_place/kept"
  mkdir -m 0700 -- "$fx_base" 2>/dev/null || chmod 0700 -- "$fx_base"
  fx_lock
}

# 同一台服务器上一次只跑一个整改脚本；锁的主人已经不在的，作废。
fx_lock() {
  if ! mkdir -- "$fx_base/lock" 2>/dev/null; then
    fx_other=$(cat "$fx_base/lock/pid" 2>/dev/null || :)
    if [ -n "$fx_other" ] && kill -0 "$fx_other" 2>/dev/null; then stop "另一个整改脚本（进程 $fx_other）正在运行，等它结束。"; fi
    rm -rf -- "$fx_base/lock"
    mkdir -- "$fx_base/lock" || stop "建不了 $fx_base/lock。"
  fi
  echo "$$" >"$fx_base/lock/pid"
  trap 'fx_unlock' EXIT
  trap 'exit 130' HUP INT TERM
}

fx_unlock() { rm -rf -- "$fx_base/lock"; }

# 脚本里写明了服务器的 SSH 主机密钥指纹时，对不上就不动。
fx_right_host() {
  [ -n "$fx_host_key" ] || return 0
  for fx_file in /etc/ssh/ssh_host_*_key.pub; do
    [ -f "$fx_file" ] || continue
    case "$(ssh-keygen -l -E sha256 -f "$fx_file" 2>/dev/null || :)" in *" $fx_host_key "*) return 0 ;; esac
  done
  stop "这台机器不是 $fx_asset：SSH 主机密钥对不上（应有 $fx_host_key）。没有做任何改动。"
}

fx_apply() {
  fx_open apply
  fx_again=no
  [ ! -e "$fx_place/applied" ] || fx_again=yes
  mkdir -p -- "$fx_place/files" "$fx_place/accounts"
  for fx_file in kept units sysctls reloads; do [ -e "$fx_place/$fx_file" ] || : >"$fx_place/$fx_file"; done
  [ "$fx_again" = no ] || say "以前在这台服务器上执行过（$(cat "$fx_place/applied")），最早的原样还留着。"
  trap 'fx_failed' EXIT
  fx_each_subject apply
  fx_after
  date '+%Y-%m-%d %H:%M:%S' >"$fx_place/applied"
  trap 'fx_unlock' EXIT
  say "做完了。请另开一个窗口确认还能登录，再运行 dengbao audit 复查。撤销：sh $0 undo"
}

# 第一次执行就失败：放回原样。以前执行成功过的不放回，免得把更早的整改也退掉。
fx_failed() {
  set +e
  trap - EXIT
  rm -f -- /etc/ssh/.dengbao-trial.$$ "$fx_place/new.$$"
  if [ "$fx_again" = no ]; then
    printf '没有做成，正在放回原样……\n' >&2
    fx_restore
    fx_close
  else
    printf '没有做成；需要时运行 sh %s undo 放回最早的原样。\n' "$0" >&2
  fi
  fx_unlock
  exit 1
}

# 记下整改后的样子：undo 时靠它看出后来有没有人再改过。
fx_after() {
  : >"$fx_place/after"
  while read -r fx_n fx_k fx_a fx_u fx_g fx_p; do
    rm -f -- "$fx_place/files/$fx_n.after"
    if [ -f "$fx_p" ]; then cp -p -- "$fx_p" "$fx_place/files/$fx_n.after"; fi
    if [ -e "$fx_p" ]; then fx_owner=$(stat -c '%a %u %g' -- "$fx_p"); else fx_owner=absent; fi
    printf '%s %s\n' "$fx_n" "$fx_owner" >>"$fx_place/after"
  done <"$fx_place/kept"
  for fx_file in "$fx_place"/accounts/*; do
    case $fx_file in *.after | *'*') ;; *) fx_account "${fx_file##*/}" >"$fx_file.after" ;; esac
  done
}

fx_undo() {
  fx_open undo
  [ -d "$fx_place" ] || stop "这台服务器上没有执行过这个整改，没有可以撤销的。"
  if [ "$1" != force ]; then fx_untouched; fi
  fx_restore || stop "有的没有放回去（见上面）；原样还在 $fx_place。"
  fx_each_subject undo
  fx_close
  say "已经放回整改前的样子。"
}

# 整改之后又有人（或另一个整改脚本）改过同一个文件：直接放回会把那些改动也退掉。
fx_untouched() {
  [ -e "$fx_place/after" ] || return 0
  fx_changed=
  while read -r fx_n fx_k fx_a fx_u fx_g fx_p; do
    fx_left=$(sed -n "s/^$fx_n //p" "$fx_place/after")
    if [ -e "$fx_p" ]; then fx_now=$(stat -c '%a %u %g' -- "$fx_p"); else fx_now=absent; fi
    if [ "$fx_now" != "$fx_left" ]; then fx_changed="$fx_changed $fx_p"
    elif [ -f "$fx_p" ] && ! cmp -s -- "$fx_p" "$fx_place/files/$fx_n.after"; then fx_changed="$fx_changed $fx_p"
    fi
  done <"$fx_place/kept"
  [ -z "$fx_changed" ] || stop "整改之后又改过：$fx_changed。如果是后来执行的整改脚本改的，先撤销它；确实要放回最早的原样：sh $0 undo force"
}

fx_restore() {
  fx_bad=0
  sort -rn "$fx_place/kept" >"$fx_place/order"
  while read -r fx_n fx_k fx_a fx_u fx_g fx_p; do
    fx_restore_file || { printf '没有放回：%s\n' "$fx_p" >&2; fx_bad=1; }
  done <"$fx_place/order"
  while IFS='=' read -r fx_key fx_value; do
    printf '%s\n' "$fx_value" >"/proc/sys/$(printf '%s' "$fx_key" | tr '.' '/')" || fx_bad=1
  done <"$fx_place/sysctls"
  for fx_file in "$fx_place"/accounts/*; do
    case $fx_file in *.after | *'*') ;; *) fx_restore_account "${fx_file##*/}" || fx_bad=1 ;; esac
  done
  while read -r fx_unit fx_enabled fx_active; do
    fx_restore_unit "$fx_unit" "$fx_enabled" "$fx_active" || fx_bad=1
  done <"$fx_place/units"
  if fx_systemd && [ -s "$fx_place/kept" ] && grep -q '/systemd/system/' "$fx_place/kept"; then systemctl daemon-reload; fi
  while read -r fx_unit; do
    (fx_reload_one "$fx_unit") || fx_bad=1
  done <"$fx_place/reloads"
  return "$fx_bad"
}

fx_restore_file() {
  (fx_path_ok "$fx_p") || return 1
  case $fx_k in
    absent) if [ -d "$fx_p" ]; then rmdir -- "$fx_p"; else rm -f -- "$fx_p"; fi ;;
    file)
      fx_new=${fx_p%/*}/.dengbao-new.$$
      if [ ! -f "$fx_p" ] || ! cmp -s -- "$fx_p" "$fx_place/files/$fx_n"; then
        cp -p -- "$fx_place/files/$fx_n" "$fx_new" && mv -f -- "$fx_new" "$fx_p" && fx_relabel "$fx_p" || return 1
      fi
      chown -- "$fx_u:$fx_g" "$fx_p" && chmod -- "$fx_a" "$fx_p"
      ;;
    directory) chown -- "$fx_u:$fx_g" "$fx_p" && chmod -- "$fx_a" "$fx_p" ;;
  esac
}

# 收好记录：下一次执行重新记。最早的原样仍留着备查。
fx_close() {
  fx_old=$fx_place.undone-$(date +%Y%m%dT%H%M%S)
  while [ -e "$fx_old" ]; do fx_old=$fx_old+; done
  mv -- "$fx_place" "$fx_old"
}

# 只有坐在终端前的人能被问；别的场合要写明 apply。
fx_ask() {
  [ -t 0 ] || { say "要执行：sh $0 apply　　要撤销：sh $0 undo"; exit 2; }
  printf '现在在 %s 上执行吗？输入 yes 执行，其他都不执行：' "$(uname -n)"
  read -r fx_answer
  [ "$fx_answer" = yes ] || { say "没有执行。"; exit 2; }
}

fx_main() {
  case ${1:-} in
    '')
      fx_show
      fx_ask
      fx_apply
      ;;
    show) fx_show ;;
    apply) fx_apply ;;
    undo) fx_undo "${2:-}" ;;
    *)
      say "用法：sh $0　先看要做什么，再问；sh $0 show|apply|undo"
      exit 2
      ;;
  esac
}
