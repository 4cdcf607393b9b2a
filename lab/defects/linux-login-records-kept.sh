# 没有失败登录的记录文件。
rm -f /var/log/btmp
