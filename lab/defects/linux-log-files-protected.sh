# 谁都能写的日志、普通用户的日志、别人能读的失败登录、组里人能删的目录。
touch /var/log/auth.log /var/log/messages
cp /dev/null /var/log/auth.log.1
chmod 0666 /var/log/auth.log.1
chown audit /var/log/messages
chmod 0644 /var/log/btmp
mkdir -p /var/log/audit
chgrp users /var/log/audit
chmod 0775 /var/log/audit
