print('no revision')
