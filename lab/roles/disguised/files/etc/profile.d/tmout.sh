# readonly TMOUT
export TMOUT=300
