from sqlalchemy import String as Text
