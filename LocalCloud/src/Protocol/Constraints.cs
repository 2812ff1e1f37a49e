using System.Text.RegularExpressions;

namespace LocalCloud.Protocol;

/// <summary>Collects violations of a request's members in AWS's wording and throws them as one error.</summary>
internal sealed class Constraints
{
    // AWS reports at most ten.
    private const int MaxReported = 10;
    private readonly List<string> _violations = [];

    public Constraints Required(string member, object? value) =>
        Check(value is not null, null, member, "Member must not be null");

    public Constraints Length(string member, string? value, int min, int max) =>
        Check(
                value is null || value.Length >= min,
                value,
                member,
                $"Member must have length greater than or equal to {min}"
            )
            .Check(
                value is null || value.Length <= max,
                value,
                member,
                $"Member must have length less than or equal to {max}"
            );

    public Constraints Range(string member, int? value, int min, int max) =>
        Check(value is null || value >= min, value, member, $"Member must have value greater than or equal to {min}")
            .Check(value is null || value <= max, value, member, $"Member must have value less than or equal to {max}");

    public Constraints Pattern(string member, string? value, Regex pattern) =>
        Check(
            value is null || pattern.IsMatch(value),
            value,
            member,
            $"Member must satisfy regular expression pattern: {pattern.ToString()}"
        );

    public Constraints OneOf(string member, string? value, params ReadOnlySpan<string> values) =>
        Check(
            value is null || values.Contains(value),
            value,
            member,
            $"Member must satisfy enum value set: [{string.Join(", ", values.ToArray())}]"
        );

    public Constraints Check(bool holds, object? value, string member, string constraint)
    {
        if (!holds && _violations.Count < MaxReported)
            _violations.Add(
                $"Value {(value is null ? "null" : $"'{value}'")} at '{member}' "
                    + $"failed to satisfy constraint: {constraint}"
            );
        return this;
    }

    /// <exception cref="AwsException">ValidationException</exception>
    public void Enforce()
    {
        if (_violations.Count > 0)
            throw new AwsException(
                "ValidationException",
                $"{_violations.Count} validation error{(_violations.Count == 1 ? "" : "s")} detected: "
                    + string.Join("; ", _violations)
            );
    }
}
