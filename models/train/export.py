def export(*a): print('later')
