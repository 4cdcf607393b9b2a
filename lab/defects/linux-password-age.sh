useradd --create-home --shell /bin/bash wang
useradd --create-home --shell /bin/bash li
printf 'wang:Banji-Kouling-4410\nli:Banji-Kouling-4411\n' | chpasswd
chage -M 99999 wang
chage -d '' -M 90 li
