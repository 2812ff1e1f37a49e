namespace Pos.Contracts.Rules;

/// <summary>Collects the line numbers of one post. Consecutive numbers, the usual case, need no set.</summary>
internal struct LineNumbers
{
    private int _first,
        _last;
    private HashSet<int>? _numbers;

    /// <summary>Adds a number. Returns false if it was added before.</summary>
    public bool Add(int number)
    {
        if (_numbers is null && (_first == 0 || number == _last + 1))
        {
            if (_first == 0)
                _first = number;
            _last = number;
            return true;
        }

        _numbers ??= [.. Enumerable.Range(_first, _last - _first + 1)];
        return _numbers.Add(number);
    }
}
