printf 'deny = 20\n' >> /etc/security/faillock.conf
