/**
 * The RSA keys of the local providers and of their merchants, as two primes each: the same in every
 * process, so that a run repeats exactly and starts at once. Published: worth nothing.
 */

/** Two primes of 1,024 bits, in base64url; the exponent is 65,537. */
export const TEST_PRIMES = {
  merchant: {
    p: '2yL0oA9QlyNws-x_x52K75hT74Y3PPqDpdSX2pxztBj3rd_uaMVhUfPOJbypSaT4QUhENDfLdfkgLCRINygmLbjJlpn0FQWCkgUfkYxQfmTP38QyO9k4QDC4Q3uCt4gTUpQZzfe1MAtvP3HXnGEbyY2yfyZtbq1c5M7yJQ_qtO0',
    q: 'zV3EyUDaYfsVIkegdoLcCgWEHVFpRiLGI5Oa-gPPxV_pyMTv_S8wXqgqL0ftQXV2Ts8u6T4IepwpWn0VietHTlMz3HLiWvUbaeEemnz1aFQjevkHw2T3T6JOeu2F7gkFQDw2zYczUj-BBdzRAt9y3AA7TH_X66DpG2fJ0cxCXLc',
  },
  platform: {
    p: '-QlbadbGYObzWXvdcJO0BQn84Zk7r5bJ4VzJKOiNKLOrmJSxIiV7fA5LVYJiMrkgeDDdMX9dUhRNu-t1vCYG9CemJkeglHKXNKSaQr296xQdHfXT-Y72muI5zORnlGvw851N5vsU_XRC9t6rjkiyPxMPWzZTIDbs_Rx4kaqUe4E',
    q: 'wvZ0rcOn4P2HTK6h7uNGWaD2DOMUdRUPfTuQ0NvBBlkKfLAE0BpBY-pjM8kdDMkPPgLZz7tTrP2XmZ0OFGUQ0rN70lXQ6yZqJfRnftt_xjkrAgmju_0lc49Dkvav-bkwfNmZ_CpkKXkDJQdxY8RJIEGjGo0DLr544Qm9DhBEtqM',
  },
  'platform public key': {
    p: '8AKghlbx5oBQ6y69UkoGnp2UfdPitBURAX1YJ6kGOTrVIvSh2EYcu26yFqw6S609GcADdPhr-ALvr7Pldw0SXPZmkXh4H3yJFuJHKbcgS4PULupunBsnN4P01lkv5twauenfzwX4_3hsrXNX7Z8n2GVN50VrfgegGyDeq7Ph8v0',
    q: '6dHiYyXgtamlaE4mgENNMhVChv82Fi2eN6qKzA7OQ-88yHJUfseqHKxdAX-0BQoaxESh_yWIlT0FVNZPqwqJfku7fQq1Scm2q7WG2DDCllzmY8gi0RK0_gItsHC-fscXQVaocBpHnHj5W-UISrjEeV8oa2Byr0KfKIYMr7wYtjs',
  },
  'platform next': {
    p: '_2hqgZ7f7heLcFy4EJyKdT9lk5G4M_rUv3MAoch8AAJ_RzuXdVSiIXd4R-eMh4yKkz1LdPM2A2knyNYHfUYLgwVGBsHkR9RpsPisLS_K9OU6N38GbNnFOunmY7vUSYTppn2mv7QIATLwe7xoFK12zu7UJTrLppv5tOmdNCMH5Nc',
    q: 'xz1JkwWqRD8rNKfMbWXsr5wC2Hdzxv3-8OcFM4j_aC2rz-ImGMzNjNS45Ig0rjuxReqr-xSzA5LY3N3um-bGgl7TpFTC-TuztpM4GgZXajGMIu3XXy-lreQjPbHw8vgTIKnLkorKp36if2ELDheO4IRPRQRP0i7YmlFGzzo4lnc',
  },
  app: {
    p: '9bAsrxPyqA7UcGMp0t4zbf1Y4YOYBrA57t3J1h5vo-QhlfyyS_9bTvUGC0IA2y086_P8rbsqVnfYAyl2MZrPCst-XN_TkCSsU6fdInrZo40T-cKbC62catErhw8hNZFvB14PfsATwG8EaZxLatQljGhSC7c8KHOTNxPGiw069Rk',
    q: '5SgkOMfTQR_OKR10m4Cbs0DAxMp6Ni5ZnxBWwtKjaxMrLtVlEzPCSNrgUeVOoDPNx0X-yncCsPhkIoUMqi-5rDu0Uyv-vjCGbgb3LWLHf5Vektfa4iBL6X3HM-qcGNiSGq_4i83mtibJbKqHtQZhaTLgpBoR3DqOAv8Hmsu3ffs',
  },
  alipay: {
    p: '7vxHTBfdXtlHt8m13DbIRCemojebUudmv42lGkCi5ri22KsCMuSYIzRt_8Vz0zhwSn6gUBEaFbQyTF7NOCeN2299jSVxnh49frYZ_RZwh7Aaqk62NenUS6PCufhZR1hZhBknuGOBOt2rW0y8b11VhKNgSIAj8n1seha4Qh_I8iE',
    q: 'w4ylai_Igpm-LhBw1ODAKZWwx_PhGMedocbi1Tf35w8Y0jxbqCSZSIhi24CtDkda5ihk53a4x6S9FHLis1d1_fWziBeln2uH1GNK_kXoK7StKIopGFy59UBlr3PoqJA2VblvA_fcAagcCxL--sVPIIkpc5VnyuAqnspECjo5g_M',
  },
  'alipay root': {
    p: '71Bkru0AeokSCSEVxMIAV4qGy-JoHtWVQXDKFr8uqFI2kniA86VVLgXUVR3rxXsSdibJgMUQXWeQd-snlG9Qk7F39fj04HZW8LyAoiiKh5KedslUyrryezwImbPP7cXH522S9kKAKFvCzyCaHGOFCeMJ0W-MgSjgT-AwQK0ZqNE',
    q: '2vLyWNbBruZq5PI5a7xKw1X-ejmCVLLlF7g454u83ZXry2ItLizfx7midlDMO2bwliNTdGMNdnUCpr0xFTVcQsivIO_JmPG-6HxT9F6PxufyeKtI26rnQbNkhhfC9LZFT7p-x39AxRaBs-e2cxArEpbTmC6lNjUaAv1LDHChl5c',
  },
  stranger: {
    p: '84YmLlFjCcIM8dLiibtMqJDcjAE0TTRMiVArW3H_bdW-h5YrrsRTCqyEn-Kx9QJIFiyY24FNEt3DQ2_VZmLtrzLM5vKxCg6VRsvOsHryhrIoXOn7tB9eZlqJ4oZqRF4WdkMFYDKlUo1bYR1F4Vt83XdipnjETCu2JG3eICRaHpk',
    q: 'wMsk2lJcwL8d3_r-VuVaavVUVK0Vzbbqd2zwJPaO7sQJ6qkZk6yxa3B3G4gNAKcuMAGTgavuIQ9HKc-9LGwrNAfcBLhvM2Nr8JMeXzLUgq8TYC3GO7KVozTvZMt5vrhRxKxkx7nTjgJLDZXPydQUSETgbdJg37039GGkJUm9WVc',
  },
} as const satisfies Readonly<Record<string, { readonly p: string; readonly q: string }>>;
