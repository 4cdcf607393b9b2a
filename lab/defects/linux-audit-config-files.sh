# 谁都能看的规则，普通用户的配置。
mkdir -p /etc/audit/rules.d
printf '%s\n' '-w /etc/passwd -p wa' > /etc/audit/rules.d/school.rules
printf 'log_format = RAW\n' > /etc/audit/auditd.conf
chmod 0644 /etc/audit/rules.d/school.rules
chown audit /etc/audit/auditd.conf
