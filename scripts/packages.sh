#!/bin/sh
# Debian packages a purpose needs. As root or with passwordless sudo they are installed, and it says which;
# otherwise it prints the one command to run. Nothing that starts a service is ever among them.
set -eu
case ${1:-} in
  venv) wanted='python3-venv' ;;
  demo) wanted='util-linux openssh-client' ;;
  test)
    # The report is opened in a real browser, printed and read back, with a font that has Chinese.
    wanted='util-linux iproute2 procps busybox dash openssh-client nftables iptables acl poppler-utils fonts-wqy-microhei'
    # Ubuntu has a browser as a snap only: with none there the browser's tests are skipped and say so.
    ! grep -qx 'ID=debian' /etc/os-release || wanted="$wanted chromium"
    # Only root can boot throw-away hosts; other users' runs skip those tests and say so.
    [ "$(id -u)" != 0 ] || wanted="$wanted mmdebstrap systemd-container" ;;
  bench) wanted='util-linux procps openssh-client' ;;
  *) echo "usage: packages.sh venv|demo|test|bench" >&2; exit 2 ;;
esac
command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
for package in $wanted; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$state" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then become=
elif sudo -n true 2>/dev/null; then become='sudo -n'
else
  echo "缺少软件包：$missing" >&2
  echo "请运行：sudo apt-get install -y --no-install-recommends$missing" >&2
  exit 2
fi
echo "安装软件包：$missing"
# The settings keep maintainer scripts from starting anything, whatever a package's dependencies bring.
quietly='env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 RUNLEVEL=1'
install() { $become $quietly apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
install 2>/dev/null || { $become apt-get update -qq && install; }
