// A CommonJS module with its default export as bundlers for browsers read it.

import digitInput from './node_modules/react-digit-input/lib/index.js'

export default digitInput.default
