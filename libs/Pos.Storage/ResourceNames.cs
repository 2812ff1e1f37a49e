using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pos.Storage;

/// <summary>
/// Binds <see cref="PosResources"/> and checks its names against AWS's rules, so that a service with an invalid name
/// does not start.
/// </summary>
public static class ResourceNames
{
    /// <summary>Adds the validated <see cref="PosResources"/>, directly and as <c>IOptions</c>.</summary>
    public static void AddResourceNames(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(PosResources)))
            return;
        services.AddOptions<PosResources>().BindConfiguration(PosResources.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PosResources>, ResourceNameRules>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<PosResources>>().Value);
    }
}

/// <summary>
/// Naming rules: Kinesis CreateStream, DynamoDB CreateTable, S3 "General purpose bucket naming rules", Firehose
/// CreateDeliveryStream.
/// </summary>
internal sealed partial class ResourceNameRules : IValidateOptions<PosResources>
{
    public ValidateOptionsResult Validate(string? name, PosResources options)
    {
        string[] errors =
        [
            .. Check(nameof(options.Stream), options.Stream, Stream()),
            .. Check(nameof(options.LookupTable), options.LookupTable, Table()),
            .. Check(nameof(options.CustomerIndex), options.CustomerIndex, Table()),
            .. Check(nameof(options.LeaseTable), options.LeaseTable, Table()),
            .. Check(nameof(options.LakeBucket), options.LakeBucket, Bucket()),
            .. Check(nameof(options.StagingBucket), options.StagingBucket, Bucket()),
            .. Check(nameof(options.DeliveryStream), options.DeliveryStream, DeliveryStream()),
        ];
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(string key, string? value, Regex rule) =>
        rule.IsMatch(value ?? "") ? [] : [$"{PosResources.Section}:{key} is '{value}', which does not match {rule}."];

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{1,128}\z")]
    private static partial Regex Stream();

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{3,255}\z")]
    private static partial Regex Table();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex Bucket();

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{1,64}\z")]
    private static partial Regex DeliveryStream();
}
