# What the installer asks for: no password for root, a first user who may use sudo, the time zone.
adduser --quiet --disabled-password --gecos 张老师 xiaozhang
for group in sudo cdrom floppy audio dip video plugdev netdev users; do adduser --quiet xiaozhang "$group"; done
printf 'xiaozhang:%s\n' "$(head -c 18 /dev/urandom | base64)" | chpasswd
ln -sf /usr/share/zoneinfo/Asia/Shanghai /etc/localtime
# The root filesystem of throw-away hosts has its timers off.
systemctl -q enable apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer logrotate.timer man-db.timer
# The package lists came with the root filesystem, which may be kept for months.
touch /var/lib/apt/lists
# As the timer does every day.
/usr/sbin/logrotate /etc/logrotate.conf
