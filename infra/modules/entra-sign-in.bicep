metadata name = 'Entra before the HTTP routes'
metadata description = 'App Service authentication. It lets in whoever the tenant signs in; the app then asks for the app role Report.Read or Report.Operate.'

@description('Name of the Function app.')
param siteName string

@description('Off where the routes want a function key; written all the same, so that it can be switched back.')
param enabled bool

@description('Client id of the app registration.')
param clientId string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: siteName
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: enabled
    ? {
        platform: { enabled: true, runtimeVersion: '~1' }
        globalValidation: {
          requireAuthentication: true
          unauthenticatedClientAction: 'Return401'
          // A page without data, and the monitors' question: they answer for themselves.
          excludedPaths: ['/api/console', '/api/health']
        }
        httpSettings: { requireHttps: true }
        identityProviders: {
          azureActiveDirectory: {
            enabled: true
            registration: {
              clientId: clientId
              // Not a secret: the name of the setting that names the identity whose token stands for one.
              clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
              openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
            }
            validation: { allowedAudiences: [clientId, 'api://${clientId}'] }
          }
        }
        login: { tokenStore: { enabled: false } }
      }
    : { platform: { enabled: false } }
}
