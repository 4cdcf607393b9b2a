# Debian 默认就没有启用登录失败处理。
! grep -q pam_faillock /etc/pam.d/common-auth
