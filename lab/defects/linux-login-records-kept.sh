# 没有失败登录的记录文件。
rm -f /var/log/btmp
# 补上以后它也留得够久，不该因此多出一个毛病。
printf '/var/log/btmp {\n\tweekly\n\trotate 26\n}\n' > /etc/logrotate.conf
