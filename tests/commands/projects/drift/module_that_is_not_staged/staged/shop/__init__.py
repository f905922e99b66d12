from shop.types import Text
