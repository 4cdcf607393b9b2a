sed -i 's/pam_pwquality.so.*/pam_pwquality.so retry=3 minlen=6 ucredit=1/' /etc/pam.d/common-password
printf 'minclass = 1\n' >> /etc/security/pwquality.conf
