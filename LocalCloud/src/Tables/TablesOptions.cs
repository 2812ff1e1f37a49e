using System.ComponentModel.DataAnnotations;

namespace LocalCloud.Tables;

internal sealed class TablesOptions
{
    public const string Section = "LocalCloud:Tables";

    /// <summary>How often expired items are deleted. AWS deletes them within a few days.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan ExpiryInterval { get; set; } = TimeSpan.FromSeconds(30);
}
