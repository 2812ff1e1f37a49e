using Amazon.Runtime.Credentials;
using Amazon.S3;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Http;
using Pos.ServiceDefaults;

namespace Pos.Ui.Aws;

internal static class AwsSetup
{
    /// <summary>Signed requests and shared keys, where <see cref="AwsOptions"/> ask for them.</summary>
    public static void AddAws(this WebApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<AwsOptions>()
            .BindConfiguration(AwsOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        var options = builder.Configuration.GetSection(AwsOptions.Section).Get<AwsOptions>() ?? new();
        if (!string.IsNullOrEmpty(options.SignatureRegion))
            builder.Services.AddSingleton<IHttpMessageHandlerBuilderFilter>(services => new SignEveryRequest(
                options.SignatureRegion,
                services.GetRequiredService<TimeProvider>()
            ));
        if (string.IsNullOrEmpty(options.KeysBucket))
            return;
        builder.AddS3();
        builder.Services.AddDataProtection().SetApplicationName("pos-ui");
        builder
            .Services.AddOptions<KeyManagementOptions>()
            .Configure<IAmazonS3>((keys, s3) => keys.XmlRepository = new KeysInS3(s3, options.KeysBucket));
    }

    /// <summary>
    /// Innermost of all handlers: what is signed is what is sent, after service discovery and at each retry.
    /// </summary>
    private sealed class SignEveryRequest(string region, TimeProvider time) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) =>
            builder =>
            {
                next(builder);
                builder.AdditionalHandlers.Add(
                    new SignedRequests(
                        region,
                        async () =>
                        {
                            var identity = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync();
                            return await identity.GetCredentialsAsync();
                        },
                        time
                    )
                );
            };
    }
}
