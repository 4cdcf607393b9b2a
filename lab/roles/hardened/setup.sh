# A Debian server hardened for graded protection level 3. Run as root after files/ is in place, before the next boot.

# New accounts, and the accounts that exist.
sed -i -E 's/^(PASS_MAX_DAYS).*/\1 90/; s/^(PASS_MIN_DAYS).*/\1 1/; s/^(UMASK).*/\1 027/' /etc/login.defs
sed -i -E 's/^(USERGROUPS_ENAB).*/\1 no/; s/^(ENCRYPT_METHOD).*/\1 YESCRYPT/' /etc/login.defs
useradd -D -f 30
groupadd --system ssh-users
for name in wang-xt li-sj; do
	useradd --create-home --shell /bin/bash "$name"
	printf '%s:%s\n' "$name" "$(head -c 18 /dev/urandom | base64)Aa1!" | chpasswd
	chage -m 1 -M 90 -W 7 -I 30 "$name"
	usermod -aG ssh-users "$name"
done
usermod -aG sudo wang-xt
usermod -aG adm li-sj
! getent passwd audit >/dev/null || usermod -aG ssh-users audit
passwd -q -l root 2>/dev/null || passwd -l root >/dev/null

sed -i 's/^# auth       required   pam_wheel.so$/auth required pam_wheel.so group=sudo/' /etc/pam.d/su

# Who may read and write what.
chmod 0640 /etc/shadow /etc/gshadow
chmod 0644 /etc/passwd /etc/group
chmod 0600 /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf /etc/crontab /etc/cron.allow /etc/at.allow
chmod 0700 /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly
chmod 0440 /etc/sudoers
chmod 0640 /etc/audit/rules.d/*.rules
chmod 0750 /home/*
sed -i -E 's/^umask .*/umask 027/' /etc/profile
grep -q '^umask 027' /etc/profile || echo 'umask 027' >> /etc/profile
rm -f /etc/ssh/ssh_host_rsa_key* /etc/ssh/ssh_host_ecdsa_key* /etc/ssh/ssh_host_dsa_key*

# What a server does not need, and what it does.
apt-get -qq purge -y inetutils-telnet netcat-traditional >/dev/null 2>&1 || true
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=logs.school.example -keyout /dev/null \
	-out /etc/ssl/certs/school-logs.pem 2>/dev/null
systemctl -q enable auditd clamav-daemon fail2ban rsyslog chrony nftables unattended-upgrades
systemctl -q enable apt-daily.timer apt-daily-upgrade.timer logrotate.timer
ln -sf /usr/share/zoneinfo/Asia/Shanghai /etc/localtime
# The jail of sshd needs its log before the first login.
install -m 0640 -o root -g adm /dev/null /var/log/auth.log
install -d -m 2755 -g systemd-journal /var/log/journal
install -d -m 0750 -o root -g adm /var/log/audit
touch /var/lib/apt/lists
# As the timer does every day.
/usr/sbin/logrotate /etc/logrotate.conf
chmod 0755 /usr/local/sbin/school-backup
chmod 0644 /etc/cron.d/school-backup /etc/cron.d/school-integrity
install -d -m 0700 /var/lib/aide
aide --config=/etc/aide/aide.conf --init >/dev/null
mv /var/lib/aide/aide.db.new /var/lib/aide/aide.db
