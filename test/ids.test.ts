import { describe, expect, it } from 'vitest'
import { byId, kindOf, newUid } from '../src/ids.ts'

describe('an id', () => {
  it('tells what it is by its prefix and an underscore alone', () => {
    expect(kindOf(newUid('Booking'))).toBe('Booking')
    for (const id of ['7', 'bk', 'bkX', 'bk_', 'xx_1', '_1', '', 'bk_\0', ' bk_1']) {
      expect(kindOf(id), id).toBeUndefined()
    }
  })

  it('is looked up by what it looks like; what is neither is not found', () => {
    expect(byId('7')).toEqual({ id: 7 })
    expect(byId('bk_a1')).toEqual({ uid: 'bk_a1' })
    expect(byId('2147483648')).toEqual({ uid: '2147483648' })
    for (const id of ['bk_\0', 'bk_\ud800', '']) expect(byId(id)).toEqual({ uid: '' })
  })
})
