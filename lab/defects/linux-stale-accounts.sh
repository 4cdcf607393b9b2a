useradd --create-home --shell /bin/bash zhao
printf 'zhao:Ligang-Kouling-3307\n' | chpasswd
chage -d 2020-01-01 zhao
