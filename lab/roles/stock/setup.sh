# What the installer asks for: no password for root, a first user who may use sudo, the time zone.
useradd --create-home --shell /bin/bash --comment 张老师 xiaozhang
usermod -aG sudo,cdrom,floppy,audio,dip,video,plugdev,netdev,users xiaozhang 2>/dev/null || usermod -aG sudo xiaozhang
printf 'xiaozhang:%s\n' "$(head -c 18 /dev/urandom | base64)" | chpasswd
ln -sf /usr/share/zoneinfo/Asia/Shanghai /etc/localtime
# The package lists came with the root filesystem, which may be kept for months.
touch /var/lib/apt/lists
