# 只留四周；一段里写着两个日志，另一段按大小轮转而且只留一份。
touch /var/log/auth.log /var/log/syslog
printf 'weekly\nrotate 4\n\n# packages drop log rotation information into this directory\ninclude /etc/logrotate.d\n' > /etc/logrotate.conf
cat > /etc/logrotate.d/rsyslog <<'END'
/var/log/syslog
/var/log/auth.log
{
	rotate 4
	weekly
	missingok
	postrotate
		rotate 9
	endscript
}
END
printf '/var/log/wtmp {\n    monthly\n    minsize 1M\n    rotate 1\n}\n/var/log/btmp {\n    size 1M\n    rotate 0\n}\n' > /etc/logrotate.d/wtmp
