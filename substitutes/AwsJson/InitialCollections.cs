using Amazon;

namespace AwsJson;

/// <summary>
/// Returns the initial value of collection properties: null, or an empty collection if
/// <see cref="AWSConfigs.InitializeCollections"/> is set.
/// </summary>
internal static class InitialCollections
{
    public static List<T> List<T>() => AWSConfigs.InitializeCollections ? [] : null;

    public static Dictionary<string, string> Dictionary() => AWSConfigs.InitializeCollections ? [] : null;
}
