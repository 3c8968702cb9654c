#include "CRdkafka.h"
