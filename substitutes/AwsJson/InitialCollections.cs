using Amazon;

namespace AwsJson;

/// <summary>
/// What a collection property holds before it is set: null, unless <see cref="AWSConfigs.InitializeCollections"/> asks
/// for empty ones.
/// </summary>
internal static class InitialCollections
{
    public static List<T> List<T>() => AWSConfigs.InitializeCollections ? [] : null;

    public static Dictionary<string, string> Dictionary() => AWSConfigs.InitializeCollections ? [] : null;
}
