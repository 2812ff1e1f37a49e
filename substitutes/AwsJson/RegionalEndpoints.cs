using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.Util;

namespace AwsJson;

/// <summary>
/// Resolves a service's endpoint: the configured one, or <c>https://PREFIX.REGION.SUFFIX</c> with the suffix of the
/// region's partition.
/// </summary>
/// <param name="noFipsNameIn">A partition whose normal endpoints are FIPS endpoints.</param>
internal sealed class RegionalEndpoints(string prefix, string noFipsNameIn = null) : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (parameters["Endpoint"] is string { Length: > 0 } configured)
            return new Endpoint(configured);
        if (parameters["Region"] is not string { Length: > 0 } region)
            throw new AmazonClientException("No RegionEndpoint or ServiceURL configured");

        var partition = Fn.Partition(region);
        var dualStack = parameters["UseDualStack"] is true;
        var fips = parameters["UseFIPS"] is true;
        if (dualStack && !partition.supportsDualStack)
            throw new AmazonClientException($"DualStack is enabled but partition {partition.name} does not support it");
        if (fips && !partition.supportsFIPS)
            throw new AmazonClientException($"FIPS is enabled but partition {partition.name} does not support it");

        var name = fips && (dualStack || partition.name != noFipsNameIn) ? $"{prefix}-fips" : prefix;
        return new Endpoint(
            $"https://{name}.{region}.{(dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix)}"
        );
    }
}

/// <summary>Passes a call's region and endpoint settings to the client's endpoint provider.</summary>
internal sealed class RegionalEndpointResolver : BaseEndpointResolver
{
    /// <summary>
    /// Returns the endpoint for a request (<see cref="ClientConfig.DetermineServiceOperationEndpoint"/>).
    /// </summary>
    public static Endpoint Resolve(ClientConfig config, string serviceId, ServiceOperationEndpointParameters parameters)
    {
        var context = new RequestContext(false)
        {
            ClientConfig = config,
            OriginalRequest = parameters.Request,
            Request = new DefaultRequest(parameters.Request, serviceId)
            {
                AlternateEndpoint = parameters.AlternateEndpoint,
            },
        };
        return new RegionalEndpointResolver().GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(context, null));
    }

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        return new EndpointParameters
        {
            ["Region"] = requestContext.Request.AlternateEndpoint?.SystemName
                ?? config.RegionEndpoint?.SystemName
                ?? SigningRegion(config),
            ["UseDualStack"] = config.UseDualstackEndpoint,
            ["UseFIPS"] = config.UseFIPSEndpoint,
            ["Endpoint"] = config.ServiceURL,
        };
    }

    /// <summary>Returns the region for a service URL: the configured one, or that in the host name.</summary>
    private static string SigningRegion(IClientConfig config)
    {
        if (string.IsNullOrEmpty(config.ServiceURL))
            return null;
        return string.IsNullOrEmpty(config.AuthenticationRegion)
            ? RegionEndpoint.GetBySystemName(AWSSDKUtils.DetermineRegion(config.ServiceURL)).SystemName
            : config.AuthenticationRegion;
    }
}

/// <summary>Signs every operation with SigV4.</summary>
internal sealed class SigV4Authentication : BaseAuthResolverHandler
{
    protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
        AuthSchemeOption.DEFAULT_SIGV4;
}

internal static class ServicePipeline
{
    /// <summary>
    /// Adds a service's authentication and endpoints where the runtime expects them: authentication first.
    /// </summary>
    public static void Use(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new RegionalEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new SigV4Authentication());
    }
}
