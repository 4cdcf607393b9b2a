# A server that only looks hardened: whoever reads one file finds the right value in it, and something else holds.

# Accounts that are older than the policy in login.defs.
groupadd operators
useradd --create-home --shell /bin/bash -G disk qian-yw
useradd --create-home --shell /bin/bash -G operators zhao-cs
useradd --create-home --shell /bin/bash test
useradd --no-create-home --home-dir /root --shell /bin/bash --non-unique --uid 0 --gid 0 toor
for name in root qian-yw zhao-cs test toor; do
	printf '%s:%s\n' "$name" "$(head -c 18 /dev/urandom | base64)" | chpasswd
done
passwd -q -d zhao-cs 2>/dev/null || passwd -d zhao-cs >/dev/null
passwd -q -l test 2>/dev/null || passwd -l test >/dev/null
chage -M 99999 -d 2024-02-01 qian-yw
useradd -D -f 30
sed -i -E 's/^(PASS_MAX_DAYS).*/\1 90/; s/^(PASS_MIN_DAYS).*/\1 1/; s/^(UMASK).*/\1 027/' /etc/login.defs
chage -M 90 root

# The password rules of login.defs are for useradd; what PAM stores, what is stored already and who needs none is not there.
usermod -p "$(head -c 18 /dev/urandom | base64 | openssl passwd -1 -stdin)" toor
chage -d 2020-01-01 root
usermod -s /bin/bash backup
groupadd --non-unique --gid "$(getent group sudo | cut -d: -f3)" helpers
printf 'operators:%s\n' "$(head -c 18 /dev/urandom | base64)" | chgpasswd
sed -i 's/^# auth       required   pam_wheel.so$/auth required pam_wheel.so group=sudo/' /etc/pam.d/su
sed -i '1i auth sufficient pam_wheel.so trust group=operators' /etc/pam.d/su

# The mode is right, the list beside it is not; the number is smaller, the bits are not.
chmod 0640 /etc/shadow /etc/gshadow
setfacl -m u:qian-yw:r /etc/shadow
chmod 0606 /etc/passwd /etc/crontab
chmod 0440 /etc/sudoers.d/50-operators /etc/sudoers.d/99-vendor
ssh-keygen -q -t rsa -b 1024 -N '' -f /etc/ssh/ssh_host_rsa_key
chmod 0604 /etc/ssh/ssh_host_rsa_key
install -m 4755 /bin/dash /usr/local/bin/school-helper
cp /bin/dash /usr/local/bin/school-tool
setcap cap_setuid+ep /usr/local/bin/school-tool

# One account for several people, and hosts that are believed.
install -d -m 0700 -o qian-yw -g qian-yw /home/qian-yw/.ssh
for person in 1 2 3 4; do
	ssh-keygen -q -t ed25519 -N '' -f "/root/$person"
	cat "/root/$person.pub" >> /home/qian-yw/.ssh/authorized_keys
	rm "/root/$person" "/root/$person.pub"
done
chown qian-yw:qian-yw /home/qian-yw/.ssh/authorized_keys
chmod 0606 /home/qian-yw/.ssh/authorized_keys
echo '+ +' > /home/qian-yw/.rhosts
echo 'http_proxy=http://10.99.0.7:3128' >> /etc/environment

# Stopped by name, started by socket; installed, not started.
ln -sf /dev/null /etc/systemd/system/telnet.service
systemctl -q enable telnet.socket sshd-maintenance rsyslog
systemctl -q disable auditd clamav-daemon fail2ban chrony nftables unattended-upgrades 2>/dev/null || true
systemctl -q enable apt-daily.timer logrotate.timer
echo Asia/Shanghai > /etc/timezone
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
/usr/sbin/logrotate /etc/logrotate.conf 2>/dev/null || true  # the second stanza for the same files makes it skip all of that file
touch -d '-60 days' /var/lib/logrotate/status
# Nobody has asked for the package lists for a year.
touch -d '-400 days' /var/lib/apt/lists
